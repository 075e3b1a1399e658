@NullMarked
package dev.posthorn.server.auth;

import org.jspecify.annotations.NullMarked;
