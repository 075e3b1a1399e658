/** Opens a store in a PostgreSQL database, and creates and checks its schema. */
@NullMarked
package dev.posthorn.store.postgresql;

import org.jspecify.annotations.NullMarked;
