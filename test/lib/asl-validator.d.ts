/** The package ships no types of its own. It writes defaults into what it is given. */
declare module 'asl-validator' {
  export default function validate(definition: object): { readonly isValid: boolean; readonly errors: object[] };
}
