/** Environments, applications, endpoints, event types, tokens and tasks. */
@NullMarked
package dev.posthorn.internal.sqlite.settings;

import org.jspecify.annotations.NullMarked;
