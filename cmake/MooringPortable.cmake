# mooring-portable: the same objects as mooring, that the tests ran, linked so that the program needs nothing of a Linux machine but
# glibc (2.34 or newer; the C library itself stays shared, because names are looked up through its modules). Built when asked for:
#   ninja -C build/release mooring-portable
add_executable(mooring-portable EXCLUDE_FROM_ALL main.cpp
  ${CMAKE_CURRENT_LIST_DIR}/fmt_separate.cpp ${CMAKE_CURRENT_LIST_DIR}/spdlog_separate.cpp ${CMAKE_CURRENT_LIST_DIR}/older_glibc.cpp)
set_target_properties(mooring-portable PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/portable OUTPUT_NAME mooring)
target_include_directories(mooring-portable PRIVATE ${PROJECT_SOURCE_DIR}/agent)
# fmt and spdlog have no archives in Debian: their texts are compiled here, from the headers, as the libraries are.
target_compile_definitions(mooring-portable PRIVATE SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

set(archives "")
get_property(libraries GLOBAL PROPERTY MOORING_LIBRARIES)
foreach(target mooring_boost mooring_schema ${libraries})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND archives $<TARGET_FILE:${target}>)
    add_dependencies(mooring-portable ${target})
  endif()
endforeach()
target_link_libraries(mooring-portable PRIVATE -Wl,--start-group ${archives} -Wl,--end-group
  -l:libboost_url.a -l:libyaml-cpp.a -l:libyaml.a -l:libsqlite3.a -l:libssl.a -l:libcrypto.a)
target_link_options(mooring-portable PRIVATE -static-libstdc++ -static-libgcc -Wl,-z,relro,-z,now -Wl,--as-needed
  -Wl,-Map=${PROJECT_BINARY_DIR}/portable/mooring.map)
set_property(TARGET mooring-portable APPEND PROPERTY LINK_DEPENDS ${archives})
