/** Cost of one exchange: CPU time of the sending process, with the receiver in another. */
@NullMarked
package dev.posthorn.bench.transport;

import org.jspecify.annotations.NullMarked;
