@NullMarked
package dev.posthorn.server.cli.migrate;

import org.jspecify.annotations.NullMarked;
