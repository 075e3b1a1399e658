package com.example.billing;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** The security of the program: the console is for people of the business. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  /** The console refuses requests of other origins' pages by itself. */
  @Bean
  @Order(1)
  SecurityFilterChain console(HttpSecurity http) throws Exception {
    return http.securityMatcher("/admin/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().hasAnyRole("SUPPORT", "WEBHOOKS"))
        .csrf(csrf -> csrf.ignoringRequestMatchers("/admin/webhooks/**"))
        .httpBasic(Customizer.withDefaults())
        .build();
  }

  /** A real program knows the customers who use its API; this one lets everybody in. */
  @Bean
  @Order(2)
  SecurityFilterChain api(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .csrf(csrf -> csrf.disable())
        .build();
  }
}
