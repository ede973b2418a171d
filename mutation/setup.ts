import fc from "fast-check";

// That a property fails is all there is to know; the smallest example for it takes longer than everything else.
fc.configureGlobal({ endOnFailure: true });
