#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Removes the ImcBot relay from this host.
.DESCRIPTION
    Close its incidents and return held mail first: the relay's ledger is what 'undo' works from. Without -RemoveData the data folder stays, so that
    the relay can be installed again with its enrolment. Revoke it in the chat too: relay revoke ID
.PARAMETER RemoveData
    Also deletes key, enrolment and ledger. After that nothing can be undone by ImcBot any more.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [switch] $RemoveData,
    [string] $Folder = (Join-Path $env:ProgramFiles 'ImcBotRelay'),
    [string] $Data = (Join-Path $env:ProgramData 'ImcBotRelay')
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$service = 'ImcBotRelay'

if (-not $PSCmdlet.ShouldProcess('the ImcBot relay on this host', 'remove')) { return }
if (Get-Service -Name $service -ErrorAction SilentlyContinue) {
    # It refuses while mail is held that nobody owns, and says which.
    & (Join-Path $Folder 'ImcBot.Relay.exe') uninstall --data $Data
    if ($LASTEXITCODE -ne 0) { throw 'The relay was not removed; its own words say why.' }
    while (Get-Process -Name 'ImcBot.Relay' -ErrorAction SilentlyContinue) { Start-Sleep -Milliseconds 500 }
}
if (Test-Path $Folder) { Remove-Item -Path $Folder -Recurse -Force }
if ($RemoveData -and (Test-Path $Data)) { Remove-Item -Path $Data -Recurse -Force }

Write-Output 'The relay is removed. Revoke it in the chat too: relay revoke ID'
if (-not $RemoveData) { Write-Output "Key, enrolment and ledger are still in $Data." }
