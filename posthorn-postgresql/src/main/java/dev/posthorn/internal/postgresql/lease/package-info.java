/** Ownership of the schema: its lease, who has it, and how it passes on. */
@NullMarked
package dev.posthorn.internal.postgresql.lease;

import org.jspecify.annotations.NullMarked;
