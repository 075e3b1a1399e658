/** The Posthorn library: sends webhooks durably and delivers them until they arrive. */
@NullMarked
package dev.posthorn;

import org.jspecify.annotations.NullMarked;
