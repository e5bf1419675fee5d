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
$task = 'ImcBotRelay'

if (-not $PSCmdlet.ShouldProcess('the ImcBot relay on this host', 'remove')) { return }
if (Get-ScheduledTask -TaskName $task -ErrorAction SilentlyContinue) {
    Disable-ScheduledTask -TaskName $task | Out-Null
    Stop-ScheduledTask -TaskName $task
    while ((Get-ScheduledTask -TaskName $task).State -eq 'Running') { Start-Sleep -Milliseconds 500 }
    Unregister-ScheduledTask -TaskName $task -Confirm:$false
}
if (Test-Path $Folder) { Remove-Item -Path $Folder -Recurse -Force }
if ($RemoveData -and (Test-Path $Data)) { Remove-Item -Path $Data -Recurse -Force }

Write-Output 'The relay is removed. Revoke it in the chat too: relay revoke ID'
if (-not $RemoveData) { Write-Output "Key, enrolment and ledger are still in $Data." }
