/** The schema: numbered scripts, and what runs and checks them. */
@NullMarked
package dev.posthorn.internal.postgresql.schema;

import org.jspecify.annotations.NullMarked;
