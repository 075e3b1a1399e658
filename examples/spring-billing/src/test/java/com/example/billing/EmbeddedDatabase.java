package com.example.billing;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import java.io.IOException;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** A PostgreSQL of its own in place of the one that the properties name. */
@TestConfiguration(proxyBeanMethods = false)
class EmbeddedDatabase {

  @Bean(destroyMethod = "close")
  EmbeddedPostgresql postgresql() throws IOException {
    return EmbeddedPostgresql.start();
  }

  @Bean
  JdbcConnectionDetails connectionDetails(EmbeddedPostgresql server) {
    return new JdbcConnectionDetails() {
      @Override
      public String getJdbcUrl() {
        return server.url("postgres", "postgres");
      }

      @Override
      public String getUsername() {
        return "postgres";
      }

      @Override
      public String getPassword() {
        return "";
      }
    };
  }
}
