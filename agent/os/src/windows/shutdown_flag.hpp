// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace reeve::os {

// Makes system_is_shutting_down() true, for good. Safe from any thread.
void note_system_shutdown() noexcept;

} // namespace reeve::os
