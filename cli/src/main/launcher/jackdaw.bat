@echo off
rem Starts jackdaw with the Java 25 or later of JACKDAW_JAVA or JAVA_HOME, or the one on the path.
setlocal
set "HOME_DIR=%~dp0.."
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if defined JACKDAW_JAVA set "JAVA=%JACKDAW_JAVA%\bin\java"
"%JAVA%" -XX:+IgnoreUnrecognizedVMOptions -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms24m -Xmn12m -Xmx256m ^
    -XX:MaxDirectMemorySize=192m -XX:-UsePerfData --enable-native-access=ALL-UNNAMED %JACKDAW_OPTS% ^
    -cp "%HOME_DIR%\lib\*" dev.jackdaw.cli.Main %*
exit /b %ERRORLEVEL%
