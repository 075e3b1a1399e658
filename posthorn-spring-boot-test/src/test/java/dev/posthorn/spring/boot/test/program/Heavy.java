package dev.posthorn.spring.boot.test.program;

import org.springframework.stereotype.Component;

/** A component that has nothing to do with webhooks. */
@Component
public class Heavy {}
