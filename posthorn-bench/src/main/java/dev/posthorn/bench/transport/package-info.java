/** What one exchange costs: CPU time of the sending process, against a receiver in another. */
@NullMarked
package dev.posthorn.bench.transport;

import org.jspecify.annotations.NullMarked;
