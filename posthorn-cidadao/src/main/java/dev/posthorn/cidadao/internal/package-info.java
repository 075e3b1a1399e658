/** How the service is built. May change at any time; nothing outside this module uses it. */
@NullMarked
package dev.posthorn.cidadao.internal;

import org.jspecify.annotations.NullMarked;
