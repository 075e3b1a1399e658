/**
 * The operator's interface of a running server: health, metrics, backups, and the end of a hold.
 */
@NullMarked
package dev.posthorn.server.admin;

import org.jspecify.annotations.NullMarked;
