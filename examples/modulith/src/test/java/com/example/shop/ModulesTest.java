package com.example.shop;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {

  @Test
  void modulesUseOnlyWhatOthersOffer() {
    ApplicationModules.of(ShopApplication.class).verify();
  }
}
