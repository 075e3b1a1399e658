/** What operators ask a running server for: health, metrics, backups, and the end of a hold. */
@NullMarked
package dev.posthorn.server.admin;

import org.jspecify.annotations.NullMarked;
