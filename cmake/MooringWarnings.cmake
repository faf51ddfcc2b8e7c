# The one place for warnings and sanitizers: every target of Mooring links this.
add_library(mooring_warnings INTERFACE)
target_compile_options(mooring_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wno-missing-field-initializers) # members have initialisers of their own; designated ones may leave them out
# Of files compiled together (MooringLibrary.cmake) these say what is not so of each alone.
target_compile_options(mooring_warnings INTERFACE
  $<$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>:-Wno-shadow>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>)
# libstdc++ 12 calls what it deprecates itself (stable_sort); only clang says so.
target_compile_options(mooring_warnings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

if(MOORING_SANITIZE)
  add_compile_options(-fsanitize=${MOORING_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MOORING_SANITIZE})
endif()
