// SPDX-License-Identifier: Apache-2.0
#include "posix/openssl.hpp"

#include "reeve/base/strings.hpp"

#include <dlfcn.h>

namespace reeve::os {

namespace {

result<openssl> load() {
  const std::string file = cat("libssl.so.", OPENSSL_VERSION_MAJOR);
  const auto missing = [&](std::string_view why) {
    return error{errc::unsupported, cat("TLS needs OpenSSL ", OPENSSL_VERSION_MAJOR, ", and ", file,
                                        " cannot be loaded: ", why)};
  };
  // Its own threads' destructors may run after any dlclose.
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) return missing(dlerror());
  openssl out;
  // dlsym(3): a handle's dependencies are searched too, so that libcrypto needs none of its own.
#define REEVE_OPENSSL_LOAD(name)                                                                             \
  out.name = reinterpret_cast<decltype(out.name)>(dlsym(library, #name));                                    \
  if (!out.name) return missing("it has no " #name);
  REEVE_OPENSSL_FUNCTIONS(REEVE_OPENSSL_LOAD)
#undef REEVE_OPENSSL_LOAD
  // No handler at exit: threads of plugins may still run then.
  if (out.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, nullptr) != 1) return missing("it does not start");
  return out;
}

} // namespace

const result<openssl>& load_openssl() {
  static const result<openssl> loaded = load();
  return loaded;
}

} // namespace reeve::os
