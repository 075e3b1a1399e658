/** Stands for JSON-P as it was before Jakarta. */
@NullMarked
package javax.json;

import org.jspecify.annotations.NullMarked;
