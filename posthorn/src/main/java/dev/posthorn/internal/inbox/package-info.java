/**
 * The inbox: a table in a user's database that messages are written to within a transaction, and
 * the relay that moves them into the store.
 */
@NullMarked
package dev.posthorn.internal.inbox;

import org.jspecify.annotations.NullMarked;
