import fc from "fast-check";

// The same values in every run: a test that fails is told by what has changed. Another seed tries others.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
