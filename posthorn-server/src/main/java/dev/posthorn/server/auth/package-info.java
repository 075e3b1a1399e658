/** Who asks: tokens, the environment or application that each stands for, and their end. */
@NullMarked
package dev.posthorn.server.auth;

import org.jspecify.annotations.NullMarked;
