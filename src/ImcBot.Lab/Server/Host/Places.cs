namespace ImcBot.Lab.Server.Host;

/// <summary>Names that Exchange 5.5 gives to its services, keys and files on the practice host.</summary>
internal static class Places
{
    public const string Imc = "MSExchangeIMC";
    public const string Store = "MSExchangeIS";
    public const string Antivirus = "McShield";
    public const string AntivirusDriver = "NaiFiltr";

    public const string ServicesKey = @"HKLM\SYSTEM\CurrentControlSet\Services";
    public const string ImcParameters = ServicesKey + @"\MSExchangeIMC\Parameters";
    public const string ImcDiagnostics = ServicesKey + @"\MSExchangeIMC\Diagnostics";
    public const string StoreParameters = ServicesKey + @"\MSExchangeIS\ParametersSystem";
    public const string AntivirusKey = @"HKLM\SOFTWARE\Network Associates\TVD\On Access Scanner\Configuration";

    /// <summary>Where this server keeps what Exchange keeps in its directory, which no relay can reach through a registry.</summary>
    public const string DirectoryKey = "Directory";

    public const string TransferMode = "Transfer Mode";

    public const string RootDir = "RootDir";
    public const string LowWaterMark = "DiskSpaceLowWaterMark";
    public const string ProtocolLog = "7 SMTP Protocol Log";
    public const string MessageArchival = "8 Message Archival";
    public const string MaxThreads = "Max Threads (Public+Private)";
    public const string Excluded = "ExcludedItems";

    /// <summary>Q257252, Q282115 and Q169686 spell the value's name in different ways.</summary>
    public const string MaxThreadsPattern = @"Max\s*Threads\s*\((Public\s*\+\s*Private|Private\s*\+\s*Public)\)";
    public const string ProtocolLogPattern = @"(\d+ )?SMTP Protocol Log";
    public const string MessageArchivalPattern = @"(\d+ )?Message Archival";

    public const string Imcdata = @"D:\Exchsrvr\Imcdata";
    public const string StoreExe = @"C:\Exchsrvr\Bin\Store.exe";
    public const string ImcExe = @"C:\Exchsrvr\Connect\Msexcimc\Bin\msexcimc.exe";
    public const string Mailboxes = @"C:\Exchsrvr\Mdbdata\Priv.edb";
    public const string Temp = @"D:\TEMP";
    public const string RecycleBin = @"D:\RECYCLER";

    public const string OldBuild = "5.5.2653.23";
    public const string HotfixBuild = "5.5.2656.60";
}
