// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace reeve::os {

// Native flags for loading a plugin library, to be or-ed into the loader's mode.
// Linux: RTLD_NODELETE, because a thread or a thread-local destructor may outlive dlclose().
// Windows: LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32, so that neither PATH nor the working
// directory is searched for what the plugin depends on (Microsoft, "Dynamic-Link Library Security").
unsigned library_load_flags() noexcept;

} // namespace reeve::os
