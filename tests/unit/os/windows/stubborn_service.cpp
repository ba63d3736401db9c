// SPDX-License-Identifier: Apache-2.0
// stubborn_service run --service NAME ...   a service that says it is stopping and does not stop.
#include "reeve/os/service_host.hpp"

#include <chrono>
#include <thread>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc < 4) return 2;
  const auto status = reeve::os::run_as_service(argv[3], []() -> int {
    const auto host = reeve::os::service_host::create();
    host->take_requests([&host](reeve::os::service_request) { host->stopping(1ms); });
    for (;;)
      std::this_thread::sleep_for(1h);
  });
  return status ? *status : 2;
}
