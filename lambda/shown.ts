/** A value as JSON, short enough for a message; what is nested too deep to be written is only called so. */
export function shown(value: unknown, longest: number): string {
  try {
    return (JSON.stringify(value) ?? 'missing').slice(0, longest);
  } catch (error) {
    if (error instanceof RangeError) return 'nested too deep to be shown';
    throw error;
  }
}
