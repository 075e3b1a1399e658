/** Tests of the proxy that makes faults. */
@NullMarked
package dev.posthorn.testkit.chaos;

import org.jspecify.annotations.NullMarked;
