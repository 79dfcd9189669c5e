import tab from '@bomb.sh/tab/commander';
import type { Command } from '@commander-js/extra-typings';

/** Adds `complete SHELL`, which prints the completion of bash, zsh, fish or PowerShell, and what that calls at each Tab. */
export function addCompletion(program: Command): void {
  // The same class: the other package only gives it narrower types, which TypeScript does not take for the plain ones.
  tab(program as unknown as Parameters<typeof tab>[0]);
}
