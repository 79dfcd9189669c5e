/** The account and Region that the stack believes it runs in. */
export const PLACE = { account: '123456789012', region: 'eu-west-1' } as const;
