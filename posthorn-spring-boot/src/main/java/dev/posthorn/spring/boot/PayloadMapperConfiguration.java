package dev.posthorn.spring.boot;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthorn.PayloadMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The program's own JSON mapper, which writes payloads: the one that Spring Boot configures. */
final class PayloadMapperConfiguration {
  private PayloadMapperConfiguration() {}

  /** The mapper of Jackson 3, which Spring Boot 4 configures. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(JsonMapper.class)
  @ConditionalOnMissingBean(PayloadMapper.class)
  @ConditionalOnSingleCandidate(JsonMapper.class)
  static class Jackson3 {
    @Bean
    PayloadMapper posthornPayloadMapper(JsonMapper mapper) {
      return mapper::writeValueAsString;
    }
  }

  /** The mapper of Jackson 2, which Spring Boot 3.5 configures. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ObjectMapper.class)
  @ConditionalOnMissingBean(PayloadMapper.class)
  @ConditionalOnSingleCandidate(ObjectMapper.class)
  static class Jackson2 {
    @Bean
    PayloadMapper posthornPayloadMapper(ObjectMapper mapper) {
      return mapper::writeValueAsString;
    }
  }
}
