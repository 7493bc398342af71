@echo off
rem Finds a Python and lets program\start.py do the rest. Kept in UTF-8 here, GB2312 and CRLF in the bundle.
rem Chinese stands in echo and title alone; all that the command language reads is ASCII.
setlocal EnableExtensions DisableDelayedExpansion
title 保学
set "START=%~dp0program\start.py"
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "INSTALLED="
if not exist "%START%" goto packed
if not exist "%~dp0program\contents.json" goto packed

:find
set "FOUND="
for %%V in (3.12 3.13 3.11 3.14) do call :try py.exe -%%V
for %%P in (python.exe python3.exe) do call :try %%P
for %%D in (312 313 311 314) do call :try "%LocalAppData%\Programs\Python\Python%%D\python.exe"
for %%D in (312 313 311 314) do call :try "%ProgramFiles%\Python%%D\python.exe"
for %%V in (3.12 3.13 3.11 3.14) do call :registered HKCU %%V
for %%V in (3.12 3.13 3.11 3.14) do call :registered HKLM %%V
if not defined FOUND goto install
%FOUND% -I "%START%" "%~1"
set "CODE=%ErrorLevel%"
if not "%CODE%"=="0" pause
exit /b %CODE%

:try
rem A Python that will do says so by 42. The stub of the Microsoft Store, which is no Python, does not.
if defined FOUND exit /b
%* -I "%START%" --fit >nul 2>nul
if "%ErrorLevel%"=="42" set FOUND=%*
exit /b

:registered
if defined FOUND exit /b
for /f "tokens=2*" %%A in ('reg query "%1\Software\Python\PythonCore\%2\InstallPath" /v ExecutablePath 2^>nul') do call :try "%%B"
exit /b

:install
if defined INSTALLED goto failed
set "INSTALLED=yes"
if not exist "%~dp0{installer}" goto absent
echo 这台电脑上没有能用的 Python，正在安装，约一两分钟，请等一等。不需要管理员。
start "" /wait "%~dp0{installer}" /passive InstallAllUsers=0 Include_launcher=0 PrependPath=0 AssociateFiles=0 Shortcuts=0 Include_doc=0 Include_test=0 Include_tcltk=0
goto find

:packed
echo.
echo 没有打开：旁边没有 program 文件夹。
echo 请先把压缩包全部解压到一个文件夹，再双击里面的 开始.bat。
goto stop

:absent
echo.
echo 没有打开：这台电脑上没有能用的 Python，这个文件夹里也没有它的安装程序。
echo 请把 {installer} 放到和 开始.bat 同一个文件夹里，再双击 开始.bat。
echo 从哪里下载，见“先看这里”。
for %%G in ("%~dp0*.html") do start "" "%%~fG"
goto stop

:failed
echo.
echo 没有打开：Python 没有装上。请重启电脑，再双击 开始.bat。
echo 还是不行的，双击 {installer}，按“Install Now”装好，再试。

:stop
echo.
pause
exit /b 1
