// SPDX-License-Identifier: Apache-2.0
#include "windows/service_handle.hpp"

#include "windows/error.hpp"
#include "windows/utf.hpp"

#include <cstddef>
#include <vector>

namespace reeve::os {

result<service_config> read_service_config(const service_handle& service) {
  DWORD needed = 0;
  std::vector<std::max_align_t> memory(1024 / sizeof(std::max_align_t));
  for (;;) {
    const auto size = static_cast<DWORD>(memory.size() * sizeof(std::max_align_t));
    auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(memory.data());
    if (QueryServiceConfigW(service.get(), config, size, &needed)) {
      const auto text = [](const wchar_t* t) { return t ? to_utf8(t) : std::string(); };
      return service_config{config->dwStartType, text(config->lpBinaryPathName),
                            text(config->lpServiceStartName)};
    }
    const DWORD code = GetLastError();
    if (code != ERROR_INSUFFICIENT_BUFFER || needed <= size)
      return windows_error(code, "cannot read the configuration of the service");
    memory.resize(needed / sizeof(std::max_align_t) + 1);
  }
}

} // namespace reeve::os
