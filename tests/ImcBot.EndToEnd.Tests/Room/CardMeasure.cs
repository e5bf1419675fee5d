namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>
/// Looks at a drawn card as its reader would: is anything cut off, do letters stand under each other, how far down is the button that
/// matters?
/// </summary>
internal static class CardMeasure
{
    private const string Look = """
        const card = arguments[0];
        const faults = [];
        const canvas = document.createElement('canvas').getContext('2d');
        const shown = element => { const box = element.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
        const says = element => `«${element.textContent.trim().slice(0, 60)}»`;
        for (const element of card.querySelectorAll('*')) {
            if (!shown(element) || getComputedStyle(element).display === 'inline') continue;
            const [own, box, whole] = [element, element.parentElement, card].map(one => one.getBoundingClientRect());
            if (own.right > Math.max(box.right, whole.right) + 1 || own.left < whole.left - 1 || own.right > whole.right + 1 || element.scrollWidth > element.clientWidth + 1)
                faults.push(`${says(element)} is wider than its box: ${Math.round(Math.max(own.width, element.scrollWidth))} px in ${Math.round(Math.min(box.width, element.clientWidth || box.width))} px`);
        }
        const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            const holder = text.parentElement.closest('p, div, li, button');
            if (!text.data.trim() || !shown(holder)) continue;
            canvas.font = getComputedStyle(text.parentElement).font;
            const four = canvas.measureText(text.data.trim().slice(0, 4)).width;
            if (holder.clientWidth + 1 < four) faults.push(`${says(holder)} has ${holder.clientWidth} px, and four characters need ${Math.ceil(four)}`);
            for (const word of text.data.matchAll(/[^\s\u200b\/\\.,:;@=()-]+/gu)) {
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].filter(line => line.width > 0).map(line => Math.round(line.top)));
                if (lines.size > 1 && canvas.measureText(word[0]).width < card.clientWidth / 2) faults.push(`«${word[0]}» is broken inside, in ${says(holder)}`);
            }
        }
        return faults;
        """;

    private const string Lowest = """
        const top = arguments[0].getBoundingClientRect().top;
        return Math.max(0, ...[...arguments[0].querySelectorAll('button')].filter(button => button.textContent.trim() === 'Approve').map(button => Math.ceil(button.getBoundingClientRect().bottom - top)));
        """;

    /// <summary>
    /// What is cut off, wider than its box, narrower than four characters, or a word with a break inside where it would fit a line.
    /// </summary>
    public static IReadOnlyList<string> Faults(Locator card) => [.. ((IEnumerable<object>)card.Run(Look)!).Select(fault => (string)fault)];

    /// <summary>How many pixels below the card's upper edge Approve ends; 0 on a card without it.</summary>
    public static long LowestApprove(Locator card) => (long)card.Run(Lowest)!;

    /// <summary>Opens what a click would open.</summary>
    public static void OpenParts(Locator card) =>
        card.Run("for (const button of arguments[0].querySelectorAll('button[aria-expanded=false]')) button.click();");
}
