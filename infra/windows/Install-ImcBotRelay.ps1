#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Installs or upgrades the ImcBot relay on this management host; it starts with Windows and is started again within a minute when it ends.
.DESCRIPTION
    Copies the published relay, gives its data folder to its account alone, and has it register itself as a Windows service. Running it again upgrades;
    data and enrolment stay.
.PARAMETER Source
    The published relay: dotnet publish src/ImcBot.Relay -c Release -r win-x64 --self-contained -p:PublishTrimmed=true -o FOLDER
.PARAMETER Account
    The account the relay runs as. A group-managed service account (DOMAIN\name$) is best: nobody knows its password.
.PARAMETER Settings
    relay.json for a first installation; manifests/relay/relay.sample.json explains it. One that is installed already is kept.
.PARAMETER Policy
    policy.yaml: what this relay may do; manifests/relay/policy.sample.yaml explains it. Without one the relay only reads. One that is installed already is kept.
.EXAMPLE
    .\Install-ImcBotRelay.ps1 -Source C:\out\relay -Account CONTOSO\imcbot-relay$ -Settings .\relay.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Source,
    [Parameter(Mandatory)] [string] $Account,
    [string] $Settings,
    [string] $Policy,
    [string] $Folder = (Join-Path $env:ProgramFiles 'ImcBotRelay'),
    [string] $Data = (Join-Path $env:ProgramData 'ImcBotRelay')
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$service = 'ImcBotRelay'

function Invoke-Icacls([string[]] $Arguments) {
    $said = & icacls.exe @Arguments
    if ($LASTEXITCODE -ne 0) { throw "icacls $($Arguments -join ' ') ended with $LASTEXITCODE`: $said" }
}

# Any user may make a folder in %ProgramData%. Who made it owns it, and may have put settings, a policy or a key into it.
function Assert-Ours([string] $Place) {
    if (-not (Test-Path -LiteralPath $Place)) { return }
    foreach ($item in @(Get-Item -LiteralPath $Place -Force) + @(Get-ChildItem -LiteralPath $Place -Recurse -Force)) {
        $owner = (Get-Acl -LiteralPath $item.FullName).GetOwner([Security.Principal.SecurityIdentifier]).Value
        if ($owner -notin 'S-1-5-32-544', 'S-1-5-18', $sid) {
            throw "$($item.FullName) belongs to $owner, which is neither the administrators, nor the system, nor $Account. Look at what is in $Place, remove it and install again; where all of it is your own, give it to the administrators first: icacls `"$Place`" /setowner *S-1-5-32-544 /T"
        }
        if ($item.Attributes -band [IO.FileAttributes]::ReparsePoint) { throw "$($item.FullName) is a link that leads elsewhere. Remove it and install again." }
    }
}

# Makes a folder, or takes one that was ours, and leaves it to the administrators, the system and the relay's account alone.
function Set-Ours([string] $Place, [string] $Right) {
    $isNew = -not (Test-Path -LiteralPath $Place)
    if ($isNew) { New-Item -ItemType Directory -Path $Place | Out-Null }
    Invoke-Icacls @($Place, '/setowner', '*S-1-5-32-544')
    Invoke-Icacls @($Place, '/reset')
    Invoke-Icacls @($Place, '/inheritance:r', '/grant:r', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', "*${sid}:(OI)(CI)$Right")
    if ($isNew -and (Get-ChildItem -LiteralPath $Place -Force)) {
        throw "Somebody put something into $Place while it was made. Look at it, remove the folder and install again."
    }

    # Until now its rights may have let others in.
    Assert-Ours $Place
}

if (-not (Test-Path (Join-Path $Source 'ImcBot.Relay.exe'))) {
    throw "There is no ImcBot.Relay.exe in $Source. Publish the relay for Windows first: dotnet publish src/ImcBot.Relay -c Release -r win-x64 --self-contained -p:PublishTrimmed=true -o FOLDER"
}
$relayJson = Join-Path $Data 'relay.json'
if (-not (Test-Path $relayJson) -and -not $Settings) {
    throw "There are no settings in $relayJson yet. Name a file with -Settings; manifests/relay/relay.sample.json is a sample."
}

# The account, or its password, must be known before anything is stopped.
$isManaged = $Account.EndsWith('$')
$password = if (-not $isManaged) { (Get-Credential -UserName $Account -Message 'Password of the account that runs the relay').GetNetworkCredential().Password }
$sid = ([Security.Principal.NTAccount] $Account).Translate([Security.Principal.SecurityIdentifier]).Value

Assert-Ours $Folder
Assert-Ours $Data

$isInstalled = $null -ne (Get-Service -Name $service -ErrorAction SilentlyContinue)
if ($isInstalled) { Stop-Service -Name $service }

# The program: readable by its account, writable by administrators only. The data: key, enrolment and ledger, for the account alone.
Set-Ours $Folder 'RX'
Set-Ours $Data 'M'

Copy-Item -Path (Join-Path $Source '*') -Destination $Folder -Recurse -Force
if (-not (Test-Path $relayJson)) { Copy-Item -Path $Settings -Destination $relayJson }
$policyYaml = Join-Path $Data 'policy.yaml'
if ($Policy -and -not (Test-Path $policyYaml)) { Copy-Item -Path $Policy -Destination $policyYaml }

foreach ($file in @($relayJson, $policyYaml) | Where-Object { Test-Path $_ }) {
    Invoke-Icacls @($file, '/inheritance:r', '/grant:r', '*S-1-5-32-544:F', '*S-1-5-18:F', "*${sid}:R")
}

$program = Join-Path $Folder 'ImcBot.Relay.exe'
if (-not $isInstalled) {
    & $program install --account $Account --data $Data
    if ($LASTEXITCODE -ne 0) { throw "The relay could not register its service: exit code $LASTEXITCODE." }
}
if (-not $isManaged) {
    $configured = Get-CimInstance -ClassName Win32_Service -Filter "Name='$service'" |
        Invoke-CimMethod -MethodName Change -Arguments @{ StartName = $Account; StartPassword = $password }
    if ($configured.ReturnValue -ne 0) { throw "Windows did not take the account and its password: code $($configured.ReturnValue)." }
}
Start-Service -Name $service
Write-Output "The relay is installed in $Folder and runs as $Account. It writes to the Application log as $service."
Write-Output "Next, as an administrator of this host: & `"$program`" enrol --code CODE --data `"$Data`""
