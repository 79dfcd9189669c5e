import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers that are the same in every run. */
export interface Random {
  /** 0 to 1. */
  uniform(): number;
  /** With mean 0 and standard deviation 1. */
  normal(): number;
  /** With a uniform logarithm. */
  logUniform(least: number, most: number): number;
  /** Both bounds included. */
  whole(least: number, most: number): number;
  chance(probability: number): boolean;
}

export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    // Box and Muller.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    logUniform: (least, most) => least * (most / least) ** uniform(),
    whole: (least, most) => least + Math.floor(uniform() * (most - least + 1)),
    chance: (probability) => uniform() < probability,
  };
}
