@NullMarked
package dev.posthorn.server.command;

import org.jspecify.annotations.NullMarked;
