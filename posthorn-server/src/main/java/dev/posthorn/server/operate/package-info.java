/** The commands of operators: keys, backups, and what follows a restore or a new secret key. */
@NullMarked
package dev.posthorn.server.operate;

import org.jspecify.annotations.NullMarked;
