/** Environments, applications, endpoints, event types, tokens and tasks. */
@NullMarked
package dev.posthorn.internal.postgresql.settings;

import org.jspecify.annotations.NullMarked;
