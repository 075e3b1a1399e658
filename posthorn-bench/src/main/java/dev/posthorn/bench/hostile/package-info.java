/** The library among neighbors that are all bad at once. */
@NullMarked
package dev.posthorn.bench.hostile;

import org.jspecify.annotations.NullMarked;
