@NullMarked
package dev.posthorn.cidadao.internal;

import org.jspecify.annotations.NullMarked;
