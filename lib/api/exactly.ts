import type * as z from "zod";

/** What is left of a value in JSON: dates are text, and what is undefined is not there. */
export type Json<T> = unknown extends T
  ? unknown
  : T extends Date
    ? string
    : T extends string | number | boolean | null
      ? T
      : T extends readonly unknown[]
        ? { -readonly [Index in keyof T]: Json<T[Index]> }
        : { [Key in keyof T as undefined extends T[Key] ? never : Key]: Json<T[Key]> } & {
            [Key in keyof T as undefined extends T[Key] ? Key : never]?: Json<Exclude<T[Key], undefined>>;
          };

/** Whether each can stand for the other, and neither has a key more, not even an optional one. */
type Same<A, B> = [A, B, keyof A, keyof B] extends [B, A, keyof B, keyof A] ? true : false;

/**
 * Gives a schema back that describes `T` as JSON. One that has more or less than `T` does not compile, so that
 * what is described cannot part from what is sent. What is nested is compared without its optional keys: a type
 * that has some gets a schema of its own.
 */
export function exactly<T>() {
  return <Schema extends z.ZodType>(
    schema: Schema & (Same<z.output<Schema>, Json<T>> extends true ? unknown : { differsFrom: Json<T> }),
  ): Schema => schema;
}
