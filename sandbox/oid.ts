/** Stands for no object: the far end of a ref that is made or deleted. */
export const ZERO_OID = '0'.repeat(40);
