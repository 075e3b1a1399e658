@NullMarked
package dev.posthorn.cidadao;

import org.jspecify.annotations.NullMarked;
