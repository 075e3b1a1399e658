/** Commands for operators: keys, backup, restore. */
@NullMarked
package dev.posthorn.server.cli.operate;

import org.jspecify.annotations.NullMarked;
