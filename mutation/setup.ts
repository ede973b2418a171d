import fc from "fast-check";

// That a property fails is all there is to know: the smallest example for it takes longer than everything else. And what
// a property does not find within a second, another test may find in milliseconds.
fc.configureGlobal({ endOnFailure: true, interruptAfterTimeLimit: 1_000 });
