using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>
/// Something on a page by how it is found, not the element that was there once: pages are redrawn under a test at any moment, and the new
/// element says the same again. Each use waits for it.
/// </summary>
internal sealed class Locator(ChromeDriver driver, Func<IWebElement> find)
{
    // A page that is redrawn so often between finding and using is broken.
    private const int Redrawn = 100;

    public string Text => Use(element => element.Text);

    public bool Displayed => Use(element => element.Displayed);

    public int Height => Use(element => element.Size.Height);

    public string? Attribute(string name) => Use(element => element.GetDomAttribute(name));

    public string? Property(string name) => Use(element => element.GetDomProperty(name));

    public void Type(string keys) => Use(element => element.SendKeys(keys));

    /// <summary>Presses this very element, also where what stands above it is redrawn at that moment and moves it from its place.</summary>
    public void Press() => Run("arguments[0].scrollIntoView({ block: 'center' }); arguments[0].click()");

    /// <param name="script">Has the element as its first argument.</param>
    public object? Run(string script) => Use(element => driver.ExecuteScript(script, element));

    /// <summary>The card that it stands on.</summary>
    public Locator Card => new(driver, () => find().FindElement(By.XPath("ancestor::*[contains(concat(' ', @class, ' '), ' card ')][1]")));

    public Screenshot Picture() => Use(element => ((ITakesScreenshot)element).GetScreenshot());

    private void Use(Action<IWebElement> use) =>
        Use(element =>
        {
            use(element);
            return true;
        });

    private T Use<T>(Func<IWebElement, T> use)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return use(find());
            }
            catch (StaleElementReferenceException) when (tries < Redrawn) { }
        }
    }
}
