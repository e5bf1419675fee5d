using System.Text;
using System.Text.RegularExpressions;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>
/// The system's Chromium without a window, on a profile of its own. Tests that need it are skipped where it is not installed.
/// </summary>
internal sealed class Browser : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private static readonly string[] Flags =
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly ChromeDriver _driver;
    private readonly int _width,
        _height;
    private readonly string _profile = Directory.CreateTempSubdirectory("imcbot-browser").FullName;

    private Browser(string driver, string chromium, bool dark, int width, int height)
    {
        var options = new ChromeOptions { BinaryLocation = chromium };
        options.AddArguments([.. Flags, $"--user-data-dir={_profile}", $"--window-size={width},{height}"]);
        _driver = new ChromeDriver(
            ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(driver), Path.GetFileName(driver)),
            options
        );
        _driver.Manage().Timeouts().ImplicitWait = Patience;
        var scheme = new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" };
        _driver.ExecuteCdpCommand("Emulation.setEmulatedMedia", new() { ["features"] = new object[] { scheme } });
        (_width, _height) = (width, height);
        Resize(height);
    }

    public static Browser Open(bool dark = false, int width = 1280, int height = 900)
    {
        var (driver, chromium) = (OnPath("chromedriver"), OnPath("chromium") ?? OnPath("google-chrome"));
        Assert.SkipWhen(
            driver is null || chromium is null,
            "No Chromium with its driver here: install the packages chromium and chromium-driver."
        );
        return new Browser(driver!, chromium!, dark, width, height);
    }

    /// <summary>Shows pages as on a screen of this size, which may be narrower than any window.</summary>
    public void Screen(int width, int height) =>
        _driver.ExecuteCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = true,
            }
        );

    public void Go(Uri address) => _driver.Navigate().GoToUrl(address);

    /// <summary>The first element that fits.</summary>
    /// <param name="found">Done whenever it was found, before it is used.</param>
    public Locator Find(string css, Action? found = null) => Locate(By.CssSelector(css), found);

    /// <summary>The button with this label on the newest card that has one.</summary>
    public Locator Button(string label) => Locate(By.XPath($"(//button[normalize-space()='{label}' and not(@disabled)])[last()]"));

    /// <summary>The innermost element that shows this text.</summary>
    public Locator Text(string text) =>
        Locate(By.XPath($"//*[contains(normalize-space(.), \"{text}\")][not(*[contains(normalize-space(.), \"{text}\")])]"));

    /// <summary>What the practice server's strip says of this, once it says just that.</summary>
    public Locator Fact(string name, object value) => Locate(By.XPath($"//*[@id='truth']/*[normalize-space()='{name} {value}']"));

    /// <summary>Scrolls so that the newest element with this text is in the middle, and keeps a picture.</summary>
    public void PictureOf(string text, string name)
    {
        Text(text).Run("arguments[0].scrollIntoView({ block: 'center' })");
        Picture(name);
    }

    public int Count(string css)
    {
        _driver.Manage().Timeouts().ImplicitWait = TimeSpan.Zero;
        var count = _driver.FindElements(By.CssSelector(css)).Count;
        _driver.Manage().Timeouts().ImplicitWait = Patience;
        return count;
    }

    /// <summary>Keeps a picture beside the test's output, in <c>pictures</c>.</summary>
    public void Picture(string name) => _driver.GetScreenshot().SaveAsFile(PicturePath(name));

    private static string PicturePath(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pictures")).FullName, $"{name}.png");

    /// <summary>Keeps a picture of this, and of nothing else.</summary>
    public static void PictureOf(Locator shown, string name) => shown.Picture().SaveAsFile(PicturePath(name));

    /// <summary>Keeps a picture of this even where it is taller than the window.</summary>
    public void PictureWhole(Locator shown, string name)
    {
        Resize(Math.Max(_height, shown.Height + 600));
        shown.Run("arguments[0].scrollIntoView({ block: 'end' })");
        PictureOf(shown, name);
        Resize(_height);
    }

    // A window cannot be made as narrow as a telephone; what the page believes its screen to be can.
    private void Resize(int height) =>
        _driver.ExecuteCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = _width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );

    public object? Run(string script) => _driver.ExecuteScript(script);

    /// <summary>Runs a script that calls its last argument when it is done.</summary>
    public object? RunLong(string script)
    {
        _driver.Manage().Timeouts().AsynchronousJavaScript = Patience;
        return _driver.ExecuteAsyncScript(script);
    }

    /// <summary>Shows the page as it would be printed.</summary>
    public void Print() => _driver.ExecuteCdpCommand("Emulation.setEmulatedMedia", new() { ["media"] = "print" });

    /// <summary>On how many pages of paper (Letter, without head and foot lines) the page is printed.</summary>
    public int PrintedPages()
    {
        var printed = (IDictionary<string, object>)_driver.ExecuteCdpCommand("Page.printToPDF", new() { ["preferCSSPageSize"] = true })!;
        return Regex.Count(Encoding.Latin1.GetString(Convert.FromBase64String((string)printed["data"])), @"/Type\s*/Page\b");
    }

    /// <summary>What the page's scripts complained about.</summary>
    public IReadOnlyList<string> Complaints() => [.. _driver.Manage().Logs.GetLog(LogType.Browser).Select(entry => entry.Message)];

    public void Dispose()
    {
        _driver.Quit();
        _driver.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private Locator Locate(By by, Action? found = null) =>
        new(
            _driver,
            () =>
            {
                var element = _driver.FindElement(by);
                found?.Invoke();
                return element;
            }
        );

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
