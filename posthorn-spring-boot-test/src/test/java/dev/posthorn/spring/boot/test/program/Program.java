package dev.posthorn.spring.boot.test.program;

import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Program {}
